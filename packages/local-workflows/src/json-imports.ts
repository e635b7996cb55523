import { registerHooks } from 'node:module'

// GitHub's libraries import JSON without the attribute that Node asks for. Jest has a loader of its own,
// which refuses hooks and takes such an import.
if (process.env.JEST_WORKER_ID === undefined) {
  registerHooks({
    load: (url, context, next) =>
      url.includes('/@actions/') && url.endsWith('.json')
        ? next(url, { ...context, importAttributes: { type: 'json' } })
        : next(url, context),
  })
}
