// Writes the tables of inputs and outputs of each action.yml into the README files.
import { readFileSync, writeFileSync } from 'node:fs'
import { documented, documents } from './input-tables.ts'

for (const path of documents) {
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, await documented(text))
}
