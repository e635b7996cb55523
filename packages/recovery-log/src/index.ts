export { type Proof, readProof, writeProof } from './proof.ts'
export { assertConfirmed, type TrustedRuns } from './confirm.ts'
export { logBranch } from './log-branch.ts'
