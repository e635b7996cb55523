import { relay } from '@recovery-playbook/host/relay'

await relay()
