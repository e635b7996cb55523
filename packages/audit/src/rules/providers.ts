import { durationsIn, listItemsIn, paragraphsIn, tablesIn } from '@recovery-playbook/document'
import { formatDuration } from '@recovery-playbook/playbook'
import type { Facts } from '../facts.ts'
import type { Finding } from '../finding.ts'
import { cloudinary, railway } from '../providers.ts'
import { inPlaybook, type Rule } from '../rule.ts'

/** What a provider keeps is what the provider says, not what a playbook hopes. */
export const providers: Rule = (facts) => [...layersOf(facts), ...statementsOf(facts)]

const tooLong = (inWords: string) => ({
  rule: 'provider-retention',
  severity: 'false' as const,
  fact: `Railway does not keep them so long: ${inWords}.`,
  source: railway.backups,
  mend: 'Write what Railway keeps, and let recovery points of your own reach further back.',
})

const optIn = {
  rule: 'provider-retention',
  severity: 'unproved',
  fact: 'Point-in-time recovery is opt-in at Railway: nothing here shows that it is on.',
  source: railway.pointInTime,
  mend: 'Look in Railway’s settings of the database, and note there since when it is on; else take it out.',
} as const

const media = {
  rule: 'provider-retention',
  severity: 'unproved',
  fact: 'Cloudinary keeps backups of media only once automatic backups are switched on.',
  source: cloudinary.backups,
  mend: 'Switch automatic backups on (Settings, Upload), and keep a copy of what cannot be lost elsewhere.',
} as const

function layersOf(facts: Facts): Finding[] {
  return facts.playbook.layers.flatMap(
    ({ name, kind, provider = '', every, keeps }, index): Finding[] => {
      const at = { claim: `"${name}" is a layer of defence`, ...inPlaybook(facts, 'layers', index) }
      if (/cloudinary/i.test(provider) && kind === 'media-hosting') return [{ ...media, ...at }]
      if (!/railway/i.test(provider)) return []
      if (kind === 'point-in-time-recovery') return [{ ...optIn, ...at }]
      const limit = railway.keeps.find((one) => (every ?? 0) <= one.every) ?? railway.keeps[2]
      if (kind !== 'provider-backups' || keeps === undefined || keeps <= limit.keeps) return []
      const claim = `"${name}" keeps ${formatDuration(keeps)}`
      return [
        { ...tooLong(limit.inWords), ...at, claim, ...inPlaybook(facts, 'layers', index, 'keeps') },
      ]
    },
  )
}

/** In people's own words: a line that names the provider and what it is said to do. */
function statementsOf({ document }: Facts): Finding[] {
  if (document === undefined) return []
  const items = listItemsIn(document.text)
  const rows = tablesIn(document.text).flatMap(({ rows }) =>
    rows.map(({ cells, line }) => ({ text: cells.join(', '), line })),
  )
  const inItems = new Set(items.map(({ line }) => line))
  const paragraphs = paragraphsIn(document.text).filter(({ line }) => !inItems.has(line))
  return [...items, ...rows, ...paragraphs].flatMap(({ text, line }): Finding[] => {
    const at = { claim: text, file: document.path, line }
    const found: Finding[] = []
    if (
      /railway/i.test(text) &&
      /point[- ]in[- ]time|\bPITR\b/i.test(text) &&
      !/opt[- ]in|not enabled|off\b/i.test(text)
    )
      found.push({ ...optIn, ...at })
    if (/railway/i.test(text) && /backup|snapshot|sicherung/i.test(text)) {
      const limit = limitOf(text)
      if (durationsIn(text).some((one) => one > limit.keeps))
        found.push({ ...tooLong(limit.inWords), ...at })
    }
    if (
      /cloudinary/i.test(text) &&
      /backup|backed up|safe|sicher/i.test(text) &&
      !/opt[- ]in|switched on|enabled/i.test(text)
    )
      found.push({ ...media, ...at })
    return found
  })
}

function limitOf(text: string) {
  const [daily, weekly, monthly] = railway.keeps
  if (/month|monat/i.test(text) && /monthly|monatlich/i.test(text)) return monthly
  return /weekly|wöchentlich/i.test(text) ? weekly : daily
}
