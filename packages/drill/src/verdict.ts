export {
  type Check,
  checkOfError,
  exitCodes,
  type State,
  verdictOf,
} from '@recovery-playbook/verdict'
