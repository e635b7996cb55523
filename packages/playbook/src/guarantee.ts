/** What a playbook promises for one scenario. */
export interface Guarantee {
  /** Recovery time objective (RTO), in milliseconds. */
  readonly recoveryTime: number
  /** Recovery point objective (RPO), in milliseconds. */
  readonly dataLoss: number
}
