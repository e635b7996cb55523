export { keepInStep, type Step } from './keep-in-step.ts'
export { withTags } from './with-tags.ts'
