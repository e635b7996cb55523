// Jest's transformer: TypeScript's types are erased by Node itself, as at run time.
import { stripTypeScriptTypes } from 'node:module'

export default { process: (source) => ({ code: stripTypeScriptTypes(source) }) }
