import { registerHooks } from 'node:module'

// GitHub's libraries import JSON without the attribute that Node asks for, so they are loaded after
// this hook. Jest has a loader of its own, which refuses hooks and takes such an import.
if (process.env.JEST_WORKER_ID === undefined) {
  registerHooks({
    load: (url, context, next) =>
      url.includes('/@actions/') && url.endsWith('.json')
        ? next(url, { ...context, importAttributes: { type: 'json' } })
        : next(url, context),
  })
}

export const {
  convertWorkflowTemplate,
  isBasicExpression,
  isMapping,
  isScalar,
  isSequence,
  NoOperationTraceWriter,
  parseWorkflow,
} = await import('@actions/workflow-parser')

export const { data, Evaluator, Lexer, Parser } = await import('@actions/expressions')
