import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { markDraft, staleDraftsIn } from './directory-drafts.ts'
import { directoryDraft } from './directory-draft.ts'
import { fileName } from './directory-files.ts'
import { assertOurs, placeIn } from './directory-place.ts'
import { publishedIn, removeFrom } from './directory-release.ts'
import type { IsOver } from './stale.ts'
import type { ReleaseStore, Run } from './store.ts'

export { prepareDirectory } from './directory-place.ts'

interface Settings {
  readonly now: () => Date
  /** The run that uses the store. Without one a draft is never swept. */
  readonly run?: Run
  /** Default: nobody can be asked, and a draft is stale when nothing was written to it for 6 hours. */
  readonly isOver?: IsOver
}

/**
 * A folder a release, as on a mounted disk: its files are what the assets are. `prepareDirectory` has
 * made it a store before. Tags are names here and no more.
 */
export function directoryStore(
  root: string,
  { now, run, isOver = () => Promise.resolve(undefined) }: Settings,
): ReleaseStore {
  const place = placeIn(root)
  return {
    place: root,
    async published() {
      await assertOurs(place)
      return publishedIn(place)
    },
    async draft(tag, title) {
      await assertOurs(place)
      const directory = join(place.drafts, `${fileName(tag)}~${randomUUID()}`)
      await mkdir(directory, { mode: 0o700 })
      await markDraft(directory, { tag, title, run, since: now() })
      return directoryDraft(place, { directory, tag, title, stored: [], now })
    },
    async remove(tag, removal) {
      await assertOurs(place)
      return removeFrom(place, tag, removal)
    },
    async staleDrafts() {
      await assertOurs(place)
      return staleDraftsIn(place, { now, run, isOver })
    },
  }
}
