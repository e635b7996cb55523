// Draws docs/drill-summary.png: a drill's job summary as GitHub shows it, in the Chromium of this machine.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drillSummary } from '@recovery-playbook/report'
import { marked } from 'marked'
import { sampleReport } from './sample-report.ts'
import { smallerPng } from './smaller-png.ts'

const picture = 'docs/drill-summary.png'
const width = 900
const mostBytes = 200 * 1024

const summary = drillSummary(sampleReport, {
  storedIn: 'acme/journal',
  earlier: [128_000, 131_500, 130_200, 135_900, 134_700],
})
// GitHub draws what stands in a block of this language.
const drawn = (await marked.parse(summary)).replaceAll(
  /<pre><code class="language-mermaid">([^]*?)<\/code><\/pre>/g,
  '<pre class="mermaid">$1</pre>',
)
const folder = mkdtempSync(join(tmpdir(), 'picture-'))
try {
  const page = join(folder, 'summary.html')
  const read = (path: string) => readFileSync(path, 'utf8')
  writeFileSync(
    page,
    [
      '<!doctype html><meta charset="utf-8">',
      `<style>${read('test/tools/picture.css')}</style><article>${drawn}</article>`,
      `<script>${read('node_modules/mermaid/dist/mermaid.min.js').replaceAll('</script', '<\\/script')}</script>`,
      '<script>mermaid.initialize({ startOnLoad: false });',
      'mermaid.run().then(() => (document.title = document.documentElement.scrollHeight))</script>',
    ].join('\n'),
  )
  const shown = chromium('--dump-dom', `--window-size=${width},600`, page)
  const height = Number(/<title>(\d+)<\/title>/.exec(shown)?.[1])
  if (!(height > 0)) throw new Error('the page was not drawn')
  chromium(`--screenshot=${join(process.cwd(), picture)}`, `--window-size=${width},${height}`, page)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
writeFileSync(picture, smallerPng(readFileSync(picture)))
const { size } = statSync(picture)
if (size > mostBytes) throw new Error(`${picture} has ${size} bytes, more than ${mostBytes}`)
console.log(`${picture}: ${size} bytes`)

/** As root Chromium refuses its own sandbox; it opens nothing but our page. */
function chromium(...words: string[]): string {
  const quiet = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking']
  const rest = [
    `--user-data-dir=${join(folder, 'profile')}`,
    '--hide-scrollbars',
    '--disable-lcd-text',
  ]
  return execFileSync(
    process.env.CHROMIUM ?? 'chromium',
    [...quiet, ...rest, '--virtual-time-budget=20000', ...words],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 64 * 1024 * 1024 },
  )
}
