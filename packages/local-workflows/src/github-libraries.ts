import './json-imports.ts'

// Not static imports, which would be loaded before the hook is there.
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
