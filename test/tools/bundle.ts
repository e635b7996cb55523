// Builds every action's dist/. ncc reads the tsconfig of the working directory only, so it runs here.
import { execFileSync } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'

for (const action of readdirSync('actions')) {
  const dist = `actions/${action}/dist`
  rmSync(dist, { recursive: true, force: true })
  execFileSync(
    'ncc',
    ['build', `actions/${action}/src/index.ts`, '--out', dist, '--license', 'licenses.txt'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  console.log(`${dist} built`)
}
