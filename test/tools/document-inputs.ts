// Writes the tables of inputs and outputs of each action.yml into the README files, and the schema of
// report.json.
import { readFileSync, writeFileSync } from 'node:fs'
import { reportSchema } from '@recovery-playbook/report'
import { documented, documents } from './input-tables.ts'

for (const path of documents) {
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, await documented(text))
}
writeFileSync('docs/report.schema.json', JSON.stringify(reportSchema(), undefined, 2))
