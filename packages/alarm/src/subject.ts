/** What an alarm is about: there is one open issue for each. */
export interface AlarmSubject {
  readonly database: string
  readonly scenario: string
}

/** Only who may triage an issue can give it a label: with the marker alone, anybody could make one. */
export const alarmLabel = 'recovery-drill'

/** The first line of an alarm's body, which nobody sees: titles are for people, who may change them. */
export const markerOf = ({ database, scenario }: AlarmSubject): string =>
  `<!-- recovery-playbook alarm ${inMarker(scenario)} ${inMarker(database)} -->`

/** A word of a marker: a comment of HTML ends at two hyphens, so none is left. */
export const inMarker = (text: string): string => encodeURIComponent(text).replaceAll('-', '%2D')

/** The second line: the newest snapshot that did not come back. A proof of an older one mends nothing. */
export const snapshotLine = (snapshotAt: string | undefined): string =>
  snapshotAt === undefined ? '' : `<!-- recovery-playbook snapshot ${snapshotAt} -->\n`

export const snapshotIn = (body: string): string | undefined =>
  /^<!-- .* -->\r?\n<!-- recovery-playbook snapshot (\S+) -->/.exec(body)?.[1]
