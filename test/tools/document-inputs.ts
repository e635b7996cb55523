// Writes the tables of inputs and outputs of each action.yml into the README files, and the schemas of
// report.json and of the playbook file.
import { readFileSync, writeFileSync } from 'node:fs'
import { playbookJsonSchema } from '@recovery-playbook/playbook'
import { reportSchema } from '@recovery-playbook/report'
import { documented, documents } from './input-tables.ts'

for (const path of documents) {
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, await documented(text))
}
const schemas = { report: reportSchema(), 'recovery-playbook': playbookJsonSchema() }
for (const [name, schema] of Object.entries(schemas)) {
  writeFileSync(`docs/${name}.schema.json`, JSON.stringify(schema, undefined, 2))
}
