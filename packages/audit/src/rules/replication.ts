import { paragraphsIn, tablesIn } from '@recovery-playbook/document'
import type { Finding } from '../finding.ts'
import { inPlaybook, type Rule } from '../rule.ts'

const words =
  /\b(?:replicat(?:ion|ed|es)|replicas?|hot[- ]standby|high availability|Replikat(?:ion|e)?)\b/i

/** Headings under which people list what protects them. */
const ofDefence = /backup|defen[cs]e|protect|layer|sicherung|schutz/i

/** "A replica is no backup": whoever says so knows. */
const denied = /\b(?:no backup|not|never|isn['’]t|kein\w*|nicht)\b/i

const about = {
  rule: 'replication-is-no-backup',
  severity: 'false',
  fact: 'A replica repeats a deletion or a bad migration within seconds: it helps against a broken disk, and against nothing that people or programs do.',
  source: 'https://www.postgresql.org/docs/current/high-availability.html (November 2026)',
  mend: 'Take it out of the layers of defence, or call it availability.',
} as const

export const replication: Rule = (facts) => {
  const layers = facts.playbook.layers.flatMap(({ name, kind }, index): Finding[] =>
    kind === 'replication'
      ? [
          {
            ...about,
            claim: `"${name}" is a layer of defence`,
            ...inPlaybook(facts, 'layers', index),
          },
        ]
      : [],
  )
  const { document } = facts
  if (document === undefined) return layers
  const rows = tablesIn(document.text).flatMap(({ rows, sections }) =>
    rows.map(({ cells, line }) => ({ text: cells.join(', '), line, sections })),
  )
  const claims = [...paragraphsIn(document.text), ...rows].filter(
    ({ text, sections }) =>
      words.test(text) && ofDefence.test(sections.at(-1) ?? '') && !denied.test(text),
  )
  return [
    ...layers,
    ...claims.map(({ text, line }): Finding => ({
      ...about,
      claim: text,
      file: document.path,
      line,
    })),
  ]
}
