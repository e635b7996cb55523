/** Reads a person's Markdown document. */
export interface Markdown {
  readonly tablesIn: (text: string) => readonly Table[]
  readonly sectionsIn: (text: string) => readonly Section[]
  readonly listItemsIn: (text: string) => readonly ListItem[]
}

/** Lines count from 1; `sections` are the titles of the headings above, the outermost first. */
export interface Table {
  readonly line: number
  readonly sections: readonly string[]
  readonly header: readonly string[]
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[]
}

interface Section {
  readonly title: string
  readonly depth: number
  readonly line: number
}

interface ListItem {
  readonly text: string
  readonly line: number
  readonly sections: readonly string[]
}
