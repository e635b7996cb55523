import type { AssetContent } from './content.ts'

/** One stored file of a release. */
export interface Asset {
  readonly name: string
  readonly bytes: number
  /** As the store computed it; older assets have none. */
  readonly sha256: string | undefined
  /** Where a person downloads it: with a token and `Accept: application/octet-stream`. */
  readonly url: string
}

/** A published release. */
export interface Release {
  readonly tag: string
  /** For people, who may edit it. */
  readonly title: string
  readonly publishedAt: string
  /** Its page for people. */
  readonly url: string
  /** For people to read; anybody with write access may have edited them. */
  readonly notes: string
  readonly assets: readonly Asset[]
  /**
   * As many bytes as the store says that the asset has. Whether they are the right ones is for the
   * caller to compare, with a digest from elsewhere than the store.
   *
   * @throws Failure RECOVERY_POINT_INCOMPLETE, DOWNLOAD_FAILED
   */
  download(name: string): Promise<Uint8Array>
  /**
   * Hands over an asset's bytes as they come, with the same errors. Where the connection breaks, `take`
   * is called again with all of them.
   */
  receive<Taken>(
    name: string,
    take: (bytes: AsyncIterable<Uint8Array>) => Promise<Taken>,
  ): Promise<Taken>
  /**
   * Puts other notes in the place of `notes`.
   *
   * @throws Failure GITHUB_REFUSED
   */
  annotate(notes: string): Promise<void>
}

/** A release in the making; no restore ever sees it. */
export interface Draft {
  /**
   * Stores one asset, and compares the size and the digest that the store computed. What is there
   * already with the right digest is not sent again.
   *
   * @throws Failure UPLOAD_FAILED after several tries
   */
  upload(name: string, content: AssetContent): Promise<Asset>
  /**
   * What the store now has of an asset that was uploaded.
   *
   * @throws Failure RECOVERY_POINT_INCOMPLETE, DOWNLOAD_FAILED
   */
  download(name: string): Promise<Uint8Array>
  /**
   * Hands over an asset's bytes as they come, with the same errors. Where the connection breaks, `take`
   * is called again with all of them.
   */
  receive<Taken>(
    name: string,
    take: (bytes: AsyncIterable<Uint8Array>) => Promise<Taken>,
  ): Promise<Taken>
  /** What has been stored, in the order of the names. */
  assets(): readonly Asset[]
  /**
   * Compares every stored asset with what was uploaded, then publishes: the commit point.
   *
   * @throws Failure UPLOAD_FAILED where an asset is gone, changed or not ours; TAG_SPENT where no release
   *   can have this tag any more. Nothing is published then
   */
  publish(notes: string): Promise<{ readonly url: string }>
  /** Deletes the draft and all its assets. */
  discard(): Promise<void>
}

/** The run of a workflow that writes to a store. */
export interface Run {
  /** Whose workflow it is, `owner/name`. */
  readonly repository: string
  readonly id: number
  readonly attempt: number
}

/** What a cancelled or killed run has left behind: surely ours, and surely nobody writes it any more. */
export interface StaleDraft {
  readonly tag: string
  readonly madeBy: Run
  /** How it is known that nobody writes it any more, for a log. */
  readonly reason: string
  /** Makes it this run's own, with the assets that are whole. */
  resume(): Promise<Draft>
  /**
   * Deletes it and its assets.
   *
   * @returns false when it was no such draft any more, and nothing was deleted
   */
  remove(): Promise<boolean>
}

export interface Removal {
  /** Only what the caller knows to be a recovery point is ever deleted. */
  readonly isRecoveryPoint: (release: Release) => boolean | Promise<boolean>
  /** Whether the tag is deleted too. */
  readonly pruneTag: boolean
}

/** Where recovery points are kept. */
export interface ReleaseStore {
  /** Where that is, for people. */
  readonly place: string
  /** Every published release, the newest first; a listing that is cut or fails throws. */
  published(): Promise<Release[]>
  /** @throws Failure TAG_SPENT where no release can have this tag any more: draw another one */
  draft(tag: string, title: string): Promise<Draft>
  /**
   * Deletes a published release and its assets.
   *
   * @returns false when it was gone already
   * @throws Failure NOT_A_RECOVERY_POINT; nothing is deleted then
   */
  remove(tag: string, removal: Removal): Promise<boolean>
  /** Of this repository's earlier runs; none where the run that asks is not known. */
  staleDrafts(): Promise<StaleDraft[]>
}
