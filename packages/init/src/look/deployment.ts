import { oneLine } from '../one-line.ts'
import type { Tree } from '../tree.ts'
import { textAt, valueIn } from './fields-of.ts'

/** How the application is started where it runs. */
export interface Deployment {
  /** The file that says that it runs on Railway. */
  readonly railway: string | undefined
  readonly start: { readonly command: string; readonly file: string } | undefined
  /** The page that says whether it is up. */
  readonly health: { readonly path: string; readonly file: string } | undefined
}

const files = ['railway.json', 'railway.toml', 'nixpacks.toml', 'Procfile'] as const

/** @param directory of the application, where such files may lie as well as at the root */
export async function lookAtDeployment(tree: Tree, directory: string): Promise<Deployment> {
  const places = directory === '' ? [''] : [`${directory}/`, '']
  const candidates = places.flatMap((place) => files.map((file) => ({ file, path: place + file })))
  const found = await Promise.all(
    candidates.map(async ({ file, path }) => {
      const text = await tree.read(path)
      const said: Said = text === undefined ? {} : saidBy(file, text)
      return { path, file, isThere: text !== undefined, ...said }
    }),
  )
  const there = found.filter(({ isThere }) => isThere)
  const starting = there.find(({ start }) => start !== undefined)
  const healthy = there.find(({ health }) => health?.startsWith('/'))
  return {
    // Nixpacks is what Railway builds with.
    railway: there.find(({ file }) => file !== 'Procfile')?.path,
    start: starting && { command: oneLine(starting.start ?? ''), file: starting.path },
    health: healthy && { path: oneLine(healthy.health ?? '/'), file: healthy.path },
  }
}

interface Said {
  readonly start?: string | undefined
  readonly health?: string | undefined
}

function saidBy(file: (typeof files)[number], text: string): Said {
  if (file === 'Procfile') return { start: /^web\s*:\s*(\S.*)$/m.exec(text)?.[1] }
  const value = valueIn(text, file === 'railway.json' ? 'json' : 'toml')
  return file === 'nixpacks.toml'
    ? { start: textAt(value, 'start', 'cmd') }
    : {
        start: textAt(value, 'deploy', 'startCommand'),
        health: textAt(value, 'deploy', 'healthcheckPath'),
      }
}
