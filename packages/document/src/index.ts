export { type Part, partsIn, withParts } from './parts.ts'
export { type Code, codeIn, listItemsIn, paragraphsIn, sectionsIn, type Statement } from './read.ts'
export { type Row, type Table, tablesIn, withRowsFirst, withRowsLast } from './tables.ts'
