import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { application, type Files, playbookOf, proposeFor } from './trees.ts'

/** What breaks YAML, comments or expressions where it is put into text. */
const hostile = [
  '"; rm -rf / #',
  "' && x",
  'a: b\n- c: &d *e',
  '# no comment\njobs: {}',
  '${{ secrets.BACKUP_PASSPHRASE }}',
  '! | > % @ ` { [ ,',
  '\u2028\u2029\u0085 next',
  '\u202Eright to left',
  'a\r# lone carriage return',
  '日本語の名前',
  'مُوظّف الطوارئ',
  'Zoë 👩‍🚒',
  'null',
  '012',
  '\uD800',
]

test.each(hostile)('%j in every file that is looked at leaves valid files', async (text) => {
  // A row of a table is one line, and this is one cell.
  const line = text.replace(/[\n\r\u2028\u2029|]/g, ' ')
  const files: Files = {
    ...application,
    'railway.json': JSON.stringify({
      deploy: { startCommand: `gunicorn ${text}`, healthcheckPath: `/${text}` },
    }),
    Procfile: `web: ${text}`,
    '.env.example': `SECRET_KEY=${text}\n${text}=1\n`,
    '.python-version': text,
    'wellbeing/settings.py': `INSTALLED_APPS = ['${text}']\nWSGI_APPLICATION = '${text}'\nSECRET_KEY = os.environ["${text}"]\nDATABASES = {"default": {}, '${text}': {}}\nx = env("SECRET_KEY")\nROOT_URLCONF = 'wellbeing.urls'\nLOGIN_REDIRECT_URL = '/${text}'`,
    'wellbeing/urls.py': `urlpatterns = [path('${text}', LoginView, name='${text}')]`,
    [`docs/${text}.md`]: `# Playbook ${line}\n\n## ${line} contacts\n\n- ${line}\n\n| Role | Name | Phone |\n| - | - | - |\n| ${line} | x ${line} | ${line} |\n\n| What | RTO | RPO |\n| - | - | - |\n| database | ${line} | 2h |\n`,
  }
  const proposal = await proposeFor(files, { repository: `ada/${text}`, defaultBranch: text })
  expect(playbookOf(proposal).guarantees['database-restore'].dataLoss).toBe(7_200_000)
  for (const { path, text: written } of proposal.files.slice(1)) {
    const { jobs } = parse(written, { strict: true }) as { jobs: object }
    expect([path, Object.keys(jobs)]).toEqual([path, expect.any(Array)])
    expect(Object.keys(jobs).length).toBeGreaterThan(0)
    // Other readers of YAML break lines there.
    expect(written).not.toMatch(/[\r\u0085\u2028\u2029]/)
  }
})

test('names of other languages stay as they are', async () => {
  const contacts = '# Playbook\n\n## Contacts\n\n- 山田太郎 👩‍🚒, +81 3 1234\n'
  const proposal = await proposeFor({ 'PLAYBOOK.md': contacts })
  expect(playbookOf(proposal).contacts).toEqual([{ name: '山田太郎 👩‍🚒, +81 3 1234' }])
})

test('a variable whose name is no secret of GitHub is no expression in a workflow', async () => {
  const example = 'GITHUB_KEY=1\na-b=1\n${{ x }}=1\n__proto__=1\nconstructor=1\nGOOD_KEY=1\n'
  const proposal = await proposeFor({ '.env.example': example })
  expect(playbookOf(proposal).members.configuration).toEqual(['GOOD_KEY'])
})

test.each(['release/+1', '!main', 'a]b'])(
  'a branch called %s is that branch, and no pattern',
  async (defaultBranch) => {
    const { files } = await proposeFor({}, { defaultBranch })
    const { on } = parse(files[1]?.text ?? '') as { on: { push: { branches: string[] } } }
    expect(on.push.branches[0]?.replace(/\\(.)/g, '$1')).toBe(defaultBranch)
    expect(on.push.branches[0]).toMatch(/\\[+!\]]/)
  },
)
