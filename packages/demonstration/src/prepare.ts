import { ensurePostgres, works } from './postgres-server.ts'

// What the tests need beside npm's packages: the sample application wants Python, its sandbox a network.
const missing = [
  ...((await works('/usr/bin/python3', '-c', 'import ensurepip')) ? [] : ['python3-venv']),
  ...((await works('ip', '-V')) ? [] : ['iproute2']),
]
await ensurePostgres((line) => {
  console.log(line)
}, missing)
