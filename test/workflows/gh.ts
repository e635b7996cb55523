// Stands for `gh`, which talks to GitHub itself alone: the commands that release.yml and the issue about
// the key give it, with gh's own flags, over the REST API of the local GitHub.
import { writeFile } from 'node:fs/promises'
import { join, matchesGlob } from 'node:path'
import { parseArgs } from 'node:util'

const { GITHUB_API_URL: api = '', GH_TOKEN: token = '' } = process.env
const [command = '', ...words] = process.argv.slice(2)
try {
  if (command === 'api') await callApi(words)
  else if (command === 'release' && words[0] === 'create') await createRelease(words.slice(1))
  else if (command === 'release' && words[0] === 'download') await downloadRelease(words.slice(1))
  else throw new Error(`gh ${command}: nothing stands for this command here`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function callApi(given: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...given],
    options: {
      method: { type: 'string', default: 'GET' },
      'raw-field': { type: 'string', short: 'f', multiple: true, default: [] },
      field: { type: 'string', short: 'F', multiple: true, default: [] },
    },
    allowPositionals: true,
  })
  const body = Object.fromEntries([
    ...values['raw-field'].map(pairOf),
    ...values.field.map(pairOf).map(([name, text]) => [name, typed(text)] as const),
  ])
  console.log(JSON.stringify(await request(values.method, positionals[0] ?? '', body)))
}

function pairOf(text: string): readonly [string, string] {
  const at = text.indexOf('=')
  return [text.slice(0, at), text.slice(at + 1)]
}

/** `--field` gives true, false, null and integers their type; `--raw-field` does not. */
function typed(text: string): unknown {
  return /^(true|false|null|\d+)$/.test(text) ? JSON.parse(text) : text
}

async function createRelease(given: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...given],
    options: {
      repo: { type: 'string' },
      latest: { type: 'string' },
      prerelease: { type: 'string', default: 'false' },
      'verify-tag': { type: 'boolean', default: false },
      'generate-notes': { type: 'boolean', default: false },
    },
    allowPositionals: true,
  })
  const repository = `repos/${values.repo ?? ''}`
  const tag = positionals[0] ?? ''
  if (values['verify-tag']) await request('GET', `${repository}/git/ref/tags/${tag}`)
  const release = await request('POST', `${repository}/releases`, {
    ...{ tag_name: tag, name: tag, prerelease: values.prerelease === 'true' },
    ...(values.latest !== undefined && { make_latest: values.latest }),
    generate_release_notes: values['generate-notes'],
  })
  console.log(release.html_url)
}

async function downloadRelease(given: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...given],
    options: {
      repo: { type: 'string' },
      pattern: { type: 'string', default: '*' },
      dir: { type: 'string', default: '.' },
    },
    allowPositionals: true,
  })
  const tag = encodeURIComponent(positionals[0] ?? '')
  const release = await request('GET', `repos/${values.repo ?? ''}/releases/tags/${tag}`)
  const assets = release.assets as { name: string; url: string }[]
  const asked = assets.filter(({ name }) => matchesGlob(name, values.pattern))
  if (asked.length === 0) throw new Error('no assets match the file pattern')
  for (const { name, url } of asked) {
    const headers = { authorization: `Bearer ${token}`, accept: 'application/octet-stream' }
    const answer = await fetch(url, { headers })
    await writeFile(join(values.dir, name), Buffer.from(await answer.arrayBuffer()), { flag: 'wx' })
  }
}

async function request(method: string, path: string, body?: object) {
  const answer = await fetch(`${api}/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const content = (await answer.json()) as Record<string, unknown>
  if (!answer.ok) throw new Error(`gh: ${String(content.message)} (HTTP ${answer.status})`)
  return content
}
