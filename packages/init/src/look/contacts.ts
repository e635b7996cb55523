import { listItemsIn, promiseIn, type Table, tablesIn } from '@recovery-playbook/document'
import { oneLine } from '../one-line.ts'

export interface ContactFound {
  readonly name: string
  readonly reach?: string
  readonly for?: string
  /** In milliseconds. */
  readonly after?: number
}

const title = /contact|escalat|on[- ]?call|whom? to call/i
const placeholder =
  /\[[^\]]*\]|<[^>]*>|\b(tbd|todo|n\/a|x{3,})\b|\byour[ -](name|e-?mail|phone|team)/i

/** An issue that lists more is read by nobody. */
const most = 12

/** Whom the sections about contacts name, in tables and lists. */
export function contactsIn(text: string) {
  const isAbout = ({ sections }: { readonly sections: readonly string[] }) =>
    sections.some((one) => title.test(one))
  const found = [
    ...tablesIn(text).filter(isAbout).flatMap(contactsOf),
    ...listItemsIn(text)
      .filter(isAbout)
      .map((item) => ({ line: item.line, contact: { name: oneLine(item.text) } })),
  ].filter(({ contact }) => contact.name !== '')
  const isReal = ({ contact }: { readonly contact: ContactFound }) =>
    !placeholder.test(`${contact.name} ${contact.reach ?? ''}`) && /\p{L}/u.test(contact.name)
  const contacts = found.filter(isReal).map(({ contact }) => contact)
  return {
    contacts: contacts.slice(0, most),
    passedOver: [
      ...found
        .filter((one) => !isReal(one))
        .map(({ line, contact }) => `line ${line}: '${contact.name}' is nobody who can be called`),
      ...(contacts.length > most ? [`${contacts.length - most} more contacts`] : []),
    ],
  }
}

function contactsOf({ header: { cells: header }, rows }: Table) {
  const column = (words: RegExp) => header.findIndex((cell) => words.test(cell))
  const name = Math.max(0, column(/name|who|person/i))
  const purpose = column(/role|responsib|purpose|\bfor\b|area/i)
  const after = column(/after|escalat|respon[sd]e? (time|within)/i)
  const reaches = header.flatMap((cell, at) =>
    at !== name &&
    /phone|tel|mobile|mail|reach|how|address|link|url|slack|support|contact/i.test(cell)
      ? [at]
      : [],
  )
  return rows.map(({ line, cells }) => {
    const cell = (at: number) => (at < 0 || at === name ? '' : oneLine(cells[at] ?? ''))
    const reach = reaches.map(cell).filter(Boolean).join(', ')
    const wait = promiseIn(cell(after))
    const contact: ContactFound = {
      name: oneLine(cells[name] ?? ''),
      ...(reach === '' ? {} : { reach }),
      ...(cell(purpose) === '' ? {} : { for: cell(purpose) }),
      ...(wait === undefined || wait === 0 ? {} : { after: wait }),
    }
    return { line, contact }
  })
}
