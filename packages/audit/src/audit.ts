import type { Facts } from './facts.ts'
import type { Finding } from './finding.ts'
import type { Rule } from './rule.ts'
import { commands } from './rules/commands.ts'
import { documentGuarantees } from './rules/document-guarantees.ts'
import { drills } from './rules/drills.ts'
import { keyChecks } from './rules/key-checks.ts'
import { mirrors } from './rules/mirrors.ts'
import { providers } from './rules/providers.ts'
import { replication } from './rules/replication.ts'
import { retention } from './rules/retention.ts'
import { schedules } from './rules/schedules.ts'
import { secrets } from './rules/secrets.ts'

const rules: readonly Rule[] = [
  schedules,
  retention,
  replication,
  drills,
  providers,
  commands,
  secrets,
  keyChecks,
  mirrors,
  documentGuarantees,
]

/** Everything of a playbook that cannot be true, that nothing shows, and that could not be looked at. */
export const audit = (facts: Facts): Finding[] =>
  rules
    .flatMap((rule) => rule(facts))
    .toSorted((a, b) => a.file.localeCompare(b.file) || a.line - b.line)
