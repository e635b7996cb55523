import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Addresses } from './addresses.ts'
import { respondAsGithub } from './api.ts'
import { respondAsPage, respondAsStorage } from './asset-download.ts'
import { uploadRoutes } from './asset-upload.ts'
import { assetRoutes } from './assets.ts'
import { respondAsPanel } from './control-panel.ts'
import { commitRoutes } from './commits.ts'
import { contentRoutes } from './contents.ts'
import { DownloadLinks } from './download-links.ts'
import { FaultBoard } from './faults.ts'
import { addComment, issueRoutes } from './issues.ts'
import { openOrigin } from './origin.ts'
import { RateLimit } from './rate-limit.ts'
import { Recorder } from './recorder.ts'
import { refRoutes } from './refs.ts'
import { releaseRoutes } from './releases.ts'
import { Repositories } from './repositories.ts'
import { repositoryRoutes } from './repository-routes.ts'
import { router } from './router.ts'
import { addRun, runRoutes } from './runs.ts'
import { collaboratorRoutes } from './collaborators.ts'
import { pullRoutes } from './pulls.ts'
import { secretRoutes } from './secrets.ts'
import type { LocalGithub, LocalGithubSettings } from './settings.ts'
import { statusRoutes } from './statuses.ts'
import { tagRoutes } from './tags.ts'
import { TokenBook } from './tokens.ts'
import { treeRoutes } from './trees.ts'

/** GITHUB_TOKEN's: docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
const requestsPerHour = 1000

/** Starts a GitHub of one's own on three ports of 127.0.0.1, with what the directory holds. */
export async function startLocalGithub(settings: LocalGithubSettings): Promise<LocalGithub> {
  const now = settings.now ?? (() => new Date())
  const directory = resolve(settings.directory)
  const first = settings.repository ?? 'acme/journal'
  await mkdir(directory, { recursive: true })
  const repositories = new Repositories(directory, now)
  await repositories.add(first, settings)
  const tokens = new TokenBook(join(directory, 'tokens.json'), now)
  const faults = new FaultBoard()
  const recorder = new Recorder()
  const [api, upload, asset] = await Promise.all([
    openOrigin('api', { faults, recorder }),
    openOrigin('upload', { faults, recorder }),
    openOrigin('asset', { faults, recorder }),
  ])
  const addresses = new Addresses({
    apiUrl: api.url,
    uploadUrl: upload.url,
    assetUrl: asset.url,
  })
  const links = new DownloadLinks(asset.url, now)
  const rateLimit = new RateLimit(
    settings.rateLimit ?? requestsPerHour,
    settings.secondaryLimits,
    now,
  )
  const world = { repositories, tokens, rateLimit, addresses, now }

  const close = async () => {
    await Promise.all([api.close(), upload.close(), asset.close()])
    await repositories.settled()
  }
  const github: LocalGithub = {
    apiUrl: api.url,
    uploadUrl: upload.url,
    assetUrl: asset.url,
    token: tokens.standing(first),
    repository: first,
    gitDirectory: (repository = first) => repositories.gitDirectory(repository),
    issueToken: (permissions, { repository = first, expiresAt } = {}) =>
      tokens.issue(repository, permissions, expiresAt),
    arm: (fault) => {
      faults.arm(fault)
    },
    faults: () => faults.armed(),
    disarm: () => {
      faults.disarm()
    },
    requests: () => recorder.requests(),
    addRepository: (name, options = {}) => repositories.add(name, options),
    addWorkflowRun: async (run, name = first) => {
      const repository = await repositories.find(name)
      if (repository === undefined) throw new TypeError(`there is no repository ${name}`)
      return addRun(repository, run, now)
    },
    addComment: async (number, comment) => {
      const repository = await repositories.find(first)
      if (repository !== undefined) await addComment(repository, number, comment, now)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
  const apiRouter = router(apiRoutes(links))
  api.serve((arrival) => {
    if (arrival.path.startsWith('/_local/')) return respondAsPanel(github, arrival)
    if (isDownloadPage(arrival.path)) return respondAsPage(repositories, links, arrival)
    return respondAsGithub(world, apiRouter, arrival)
  })
  const uploadRouter = router(uploadRoutes)
  upload.serve((arrival) => respondAsGithub(world, uploadRouter, arrival))
  asset.serve((arrival) => respondAsStorage(repositories, links, arrival))
  return github
}

/** In order: where two fit, the first one is taken. */
const apiRoutes = (links: DownloadLinks) => [
  ...repositoryRoutes,
  ...refRoutes,
  ...tagRoutes,
  ...treeRoutes,
  ...statusRoutes,
  ...commitRoutes,
  ...assetRoutes(links),
  ...releaseRoutes,
  ...contentRoutes,
  ...issueRoutes,
  ...runRoutes,
  ...secretRoutes,
  ...pullRoutes,
  ...collaboratorRoutes,
]

const isDownloadPage = (path: string): boolean =>
  !path.startsWith('/repos/') && path.includes('/releases/download/')
