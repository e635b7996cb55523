import { expect, test } from '@jest/globals'
import { codeIn, listItemsIn, paragraphsIn, sectionsIn } from '../src/index.ts'

const text = `Intro

# One

- replicas \`a\` are backups
- [x](y) two

## Two

\`\`\`sh
railway run pg_dump
second
\`\`\`

    indented

# Three
`

test('sections reach to the next heading of their depth', () => {
  expect(sectionsIn(text).map(({ title, depth, line, to }) => [title, depth, line, to])).toEqual([
    ['One', 1, 3, text.indexOf('# Three')],
    ['Two', 2, 8, text.indexOf('# Three')],
    ['Three', 1, 17, text.length],
  ])
})

test('code comes with its first line, its language and where it stands', () => {
  expect(codeIn(text)).toEqual([
    { language: undefined, inline: true, text: 'a', line: 5, sections: ['One'] },
    {
      ...{ language: 'sh', inline: false, line: 11, sections: ['One', 'Two'] },
      text: 'railway run pg_dump\nsecond',
    },
    { language: undefined, inline: false, text: 'indented', line: 15, sections: ['One', 'Two'] },
  ])
})

test('list items and paragraphs are what a reader sees', () => {
  expect(listItemsIn(text).map(({ text: item, line }) => [item, line])).toEqual([
    ['replicas a are backups', 5],
    ['x two', 6],
  ])
  expect(paragraphsIn(text)[0]).toEqual({ text: 'Intro', line: 1, sections: [] })
})
