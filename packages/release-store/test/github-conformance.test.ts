import { describeReleaseStore } from './conformance.ts'
import { repository, storeOnGithub } from './github.ts'

describeReleaseStore('GitHub’s releases', async () => {
  const { request, storeFor, github, ...opened } = await storeOnGithub()
  const runOf = (id: number) => ({ repository: github.repository, id, attempt: 1 })
  await github.addWorkflowRun({ id: 1 })
  await github.addWorkflowRun({ id: 2, status: 'in_progress' })
  for (const id of [900_001, 900_002]) await github.addWorkflowRun({ id, status: 'in_progress' })
  const releases = async () =>
    (await request('GET /repos/{owner}/{repo}/releases', { ...repository })).data
  return {
    store: storeFor(),
    storeOf: (run) => storeFor(undefined, { run }),
    runs: { ended: runOf(1), going: runOf(2) },
    async removeAsset(name) {
      for (const asset of (await releases()).flatMap(({ assets }) => assets)) {
        if (asset.name !== name) continue
        const asset_id = asset.id
        const route = 'DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}'
        await request(route, { ...repository, asset_id })
      }
    },
    async addAsset(name, data) {
      const drafts = (await releases()).filter(({ draft }) => draft)
      const newest = drafts.sort((a, b) => b.id - a.id)[0]
      const url = newest?.upload_url.replace(/\{.*\}$/, '') ?? ''
      await request(`POST ${url}?name=${name}`, {
        data,
        headers: { 'content-type': 'application/octet-stream', 'content-length': data.length },
      })
    },
    [Symbol.asyncDispose]: opened[Symbol.asyncDispose],
  }
})
