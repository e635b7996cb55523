export type { Asset, Draft, Release, ReleaseStore } from './store.ts'
export { githubReleases } from './github-releases.ts'
export { assertPrivate } from './visibility.ts'
