export { assertUsablePassphrase } from './passphrase.ts'
export { sealerFor, type Sealer } from './seal.ts'
export { openerFor, type Opener } from './open.ts'
