import { codeIn } from '@recovery-playbook/document'
import type { Facts } from '../facts.ts'
import type { Finding } from '../finding.ts'
import { inPlaybook, type Rule } from '../rule.ts'

interface Misstep {
  readonly rule: string
  readonly pattern: RegExp
  readonly fact: string
  readonly source: string
  readonly mend: string
}

const missteps: readonly Misstep[] = [
  {
    rule: 'check-without-restored-data',
    pattern: /\bmanage\.py\s+check\b(?![^\n;&|]*--(?:database|deploy))/,
    fact: 'Without --database, Django’s `check` never connects to a database: it passes on an empty one, and on none.',
    source: 'https://docs.djangoproject.com/en/5.2/ref/django-admin/#check (November 2026)',
    mend: 'Write `manage.py check --database default`, and look at the data itself with a query.',
  },
  {
    rule: 'command-cannot-work',
    // Within single quotes the inner shell expands it.
    pattern: /\brailway\s+run\b[^'\n]*\$\{?DATABASE_(?:PRIVATE_)?URL\b/,
    fact: 'The shell here expands the variable before `railway run` sets it, so it is empty; and the host that it names is private to Railway.',
    source: 'https://docs.railway.com/guides/cli (November 2026); POSIX shell, parameter expansion',
    mend: 'Write `railway run sh -c \'pg_dump "$DATABASE_PUBLIC_URL"\'`, or restore a recovery point as its RESTORE.md says.',
  },
]

/** Commands that look right, and are found wrong on the day that they are needed. */
export const commands: Rule = (facts) => [...ofDrill(facts), ...ofDocument(facts)]

const judged = (text: string, at: (line: number) => { file: string; line: number }): Finding[] =>
  text.split('\n').flatMap((line, index) =>
    missteps
      .filter(({ pattern }) => pattern.test(line))
      .map(({ pattern: _, ...misstep }): Finding => ({
        ...misstep,
        ...at(index),
        severity: 'false',
        claim: line.trim(),
      })),
  )

function ofDrill(facts: Facts): Finding[] {
  const { drill } = facts.playbook
  if (drill === undefined) return []
  const setUp = drill['set-up'].map(({ run }, index) => ({ run, path: ['set-up', index] }))
  const checks = drill.checks.map(({ run = '' }, index) => ({ run, path: ['checks', index] }))
  return [...setUp, ...checks].flatMap(({ run, path }) =>
    judged(run, () => inPlaybook(facts, 'drill', ...path)),
  )
}

function ofDocument({ document }: Facts): Finding[] {
  if (document === undefined) return []
  return codeIn(document.text).flatMap(({ text, line }) =>
    judged(text, (index) => ({ file: document.path, line: line + index })),
  )
}
