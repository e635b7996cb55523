import { appendFile } from 'node:fs/promises'
import * as core from '@actions/core'
import { audit, type Facts, type Finding } from '@recovery-playbook/audit'
import { messageOf } from '@recovery-playbook/failure'
import { escape, table } from '@recovery-playbook/report'
import type { Desk, Home } from './desk.ts'
import { keyChecks } from './key-checks.ts'
import { lastDrills } from './last-drills.ts'
import { documentOf, playbookFile, workflowsOf } from './playbook-file.ts'

/** Findings as text; in a workflow also as annotations on their lines, and as a table in the summary. */
export async function auditPlaybook(desk: Desk): Promise<number> {
  const findings = audit(await factsAbout(desk))
  for (const finding of findings) {
    const { severity, rule, file, line, claim, fact, source, mend } = finding
    desk.print(`${file}:${line}: ${severity}: ${oneLine(claim)} (${rule})`)
    desk.print(`    ${oneLine(fact)}\n    Source: ${oneLine(source)}\n    Mend: ${oneLine(mend)}\n`)
  }
  const count = (severity: Finding['severity']) =>
    findings.filter((finding) => finding.severity === severity).length
  const verdict = `${count('false')} not true, ${count('unproved')} not proved, ${count('unknown')} not known.`
  desk.print(verdict)
  if (process.env.GITHUB_ACTIONS === 'true') {
    for (const finding of findings) annotate(finding)
    const summary = process.env.GITHUB_STEP_SUMMARY
    if (summary !== undefined) await appendFile(summary, asTable(findings, verdict))
  }
  if (count('false') > 0) return 1
  return findings.length === 0 ? 0 : 2
}

async function factsAbout(desk: Desk): Promise<Facts> {
  const file = await playbookFile(desk)
  const { playbook } = file
  const { home } = desk
  const asked = async <Fact>(what: string, ask: (home: Home) => Promise<Fact>) => {
    if (home?.request === undefined) return 'unknown'
    return ask(home).catch((error: unknown) => {
      desk.print(`Not known: ${what}. ${messageOf(error)}`)
      return 'unknown' as const
    })
  }
  return {
    repository: home?.name,
    playbook,
    file,
    workflows: await workflowsOf(desk),
    document: await documentOf(file, desk),
    drilled: await asked('what drills found', (from) => lastDrills(from, playbook)),
    secrets: await asked('which secrets are set', secretsOf),
    keyChecks: await asked('who holds the key', (from) => keyChecks(from, playbook)),
    now: desk.now(),
  }
}

/** Of the repository, of its organization as far as it may use them, page by page. */
async function secretsOf({ request, repository }: Home): Promise<string[]> {
  const names: string[] = []
  for (let page = 1; ; page += 1) {
    const answer = await request?.('GET /repos/{owner}/{repo}/actions/secrets', {
      ...repository,
      ...{ per_page: 100, page },
    })
    const secrets = answer?.data.secrets ?? []
    names.push(...secrets.map(({ name }) => name))
    if (secrets.length < 100) return names
  }
}

function annotate({ severity, rule, file, line, claim, fact, mend }: Finding): void {
  const words = `${claim}\n${fact}\n${mend}`
  const place = { title: `${severity}: ${rule}`, file, startLine: line }
  if (severity === 'false') core.error(words, place)
  else core.warning(words, place)
}

const asTable = (findings: readonly Finding[], verdict: string) =>
  [
    `## The playbook, held against facts: ${verdict}\n\n`,
    findings.length === 0
      ? 'Nothing in it was found to be untrue.\n'
      : table(
          ['', 'where', 'claim', 'fact', 'source', 'mend'],
          findings.map(({ severity, file, line, claim, fact, source, mend }) => [
            severity === 'false' ? '**false**' : severity,
            ...[`${file}:${line}`, claim, fact, source, mend].map((text) => escape(oneLine(text))),
          ]),
        ),
  ].join('')

/** Nothing of a file is a command of the runner or of a terminal: no line of its own, no control character. */
const oneLine = (text: string) => text.replace(/\p{Cc}+/gu, ' ')
