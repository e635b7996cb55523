export { bundleCode, type CodeBundle } from './bundle-code.ts'
export { cloneBundle } from './clone-bundle.ts'
export { cloneWorkspace } from './clone-workspace.ts'
export { type TaggedCommit, taggedCommit } from './backup-tags.ts'
