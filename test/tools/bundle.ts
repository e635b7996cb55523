// Builds every dist/. ncc reads the tsconfig of the working directory only, so it runs at the root.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'

const actions = readdirSync('actions').map((name) => `actions/${name}`)
for (const room of [...actions, 'packages/cli']) {
  // Beside its place: a build that fails leaves the old bundle as it was.
  const built = `${room}/dist-new`
  try {
    build(`${room}/src/index.ts`, built, '--license', 'licenses.txt')
    // A program of its own, which starts inside of a sandbox.
    if (existsSync(`${room}/src/relay.ts`)) build(`${room}/src/relay.ts`, `${built}/relay`)
    rmSync(`${room}/dist`, { recursive: true, force: true })
    renameSync(built, `${room}/dist`)
  } finally {
    rmSync(built, { recursive: true, force: true })
  }
  console.log(`${room}/dist built`)
}

function build(source: string, out: string, ...options: string[]): void {
  const words = ['build', source, '--out', out, ...options]
  execFileSync('ncc', words, { stdio: ['ignore', 'ignore', 'inherit'] })
}
