// Builds every action's dist/. ncc reads the tsconfig of the working directory only, so it runs at the root.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'

for (const action of readdirSync('actions')) {
  // Beside its place: a build that fails leaves the old bundle as it was.
  const built = `actions/${action}/dist-new`
  try {
    execFileSync(
      'ncc',
      ['build', `actions/${action}/src/index.ts`, '--out', built, '--license', 'licenses.txt'],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    )
    // A program of its own, which starts inside of a sandbox.
    if (existsSync(`actions/${action}/src/relay.ts`)) {
      execFileSync('ncc', ['build', `actions/${action}/src/relay.ts`, '--out', `${built}/relay`], {
        stdio: ['ignore', 'ignore', 'inherit'],
      })
    }
    rmSync(`actions/${action}/dist`, { recursive: true, force: true })
    renameSync(built, `actions/${action}/dist`)
  } finally {
    rmSync(built, { recursive: true, force: true })
  }
  console.log(`actions/${action}/dist built`)
}
