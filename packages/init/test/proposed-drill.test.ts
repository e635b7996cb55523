import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { usualPlaybookPath } from '@recovery-playbook/playbook'
import {
  type ApplicationScene,
  openApplicationScene,
} from '../../../test/support/application-scene.ts'
import { application, playbookOf, proposeFor, textOf } from './trees.ts'

let scene: ApplicationScene
beforeAll(async () => {
  scene = await openApplicationScene()
}, 300_000)
afterAll(() => scene[Symbol.asyncDispose]())

test('the playbook that is proposed for the sample application proves its recovery', async () => {
  const proposal = await proposeFor(application)
  await scene.edit(usualPlaybookPath, () => textOf(proposal, usualPlaybookPath))
  await scene.commitAll('The proposed playbook')
  const { configuration } = playbookOf(proposal).members
  const environment = Object.fromEntries(configuration.map((name) => [name, `value of ${name}`]))
  const exported = await scene.exportApplication({}, { environment })
  expect(exported.exitCode).toBe(0)

  const { exitCode, log } = await scene.drillApplication('')
  expect(log).toMatch(/PROVED {2,}configuration .*8 variables/)
  expect(log).toMatch(/PROVED {2,}check: Users are back/)
  expect(log).toMatch(/PROVED {2,}log in at \/login\/ {2}200 at \/dashboard\//)
  expect(exitCode).toBe(0)
}, 300_000)
