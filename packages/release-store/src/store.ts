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
}

/** A release in the making; no restore ever sees it. */
export interface Draft {
  /**
   * Stores one asset, and compares the size and the digest that the store computed.
   *
   * @throws Failure UPLOAD_FAILED after several tries
   */
  upload(name: string, bytes: Uint8Array): Promise<Asset>
  /** What has been stored, in the order of the names. */
  assets(): readonly Asset[]
  /**
   * Compares every stored asset with what was uploaded, then publishes: the commit point.
   *
   * @throws Failure UPLOAD_FAILED where an asset is gone, changed or not ours; nothing is published
   */
  publish(notes: string): Promise<{ readonly url: string }>
  /** Deletes the draft and all its assets. */
  discard(): Promise<void>
}

/** Where recovery points are kept. */
export interface ReleaseStore {
  /** Every published release, the newest first. */
  published(): Promise<Release[]>
  draft(tag: string, title: string): Promise<Draft>
}
