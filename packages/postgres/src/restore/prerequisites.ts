import type { Fingerprint, FingerprintServer, Unseen } from '../fingerprint/fingerprint.ts'

/** What has to be there before a dump is restored: of a fingerprint, or out of the dump itself. */
export interface Prerequisites extends Pick<Fingerprint, 'roles' | 'extensions' | 'leftOut'> {
  readonly server: Pick<
    FingerprintServer,
    'encoding' | 'collation' | 'ctype' | 'localeProvider' | 'locale'
  >
  readonly unseen: Pick<Unseen, 'settings'>
}
