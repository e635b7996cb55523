import { childProcesses } from '@recovery-playbook/host'
import { expect } from '@jest/globals'
import { findToolchains } from '@recovery-playbook/postgres'
import { otherMajor } from '../support/majors.ts'
import { needs } from '../support/needs.ts'
import { openScene } from '../support/scene.ts'
import { expectVerdict } from '../support/verdict.ts'

const bin = await otherMajor(18)
const [toolchain] = bin === undefined ? [] : await findToolchains(childProcesses(), bin, '/nowhere')

needs(toolchain?.major === 18, 'PostgreSQL 18 is not here, and comes from PyPI')(
  'a server of another major than the machine’s is exported and drilled with its own programs, and the log says which',
  async () => {
    await using scene = await openScene({ rows: 500, toolchain })
    // Behind what the machine has, and before it comes Debian's directory.
    const PATH = `${process.env.PATH ?? ''}:${bin ?? ''}`
    const options = { environment: { PATH } }
    const exported = await scene.exportRelease({}, options)
    expect(exported).toMatchObject({ exitCode: 0 })
    const chosen = `PostgreSQL ${toolchain?.version ?? ''} in ${bin ?? ''}: it is installed here`
    expect(exported.log).toContain(chosen)
    expect(exported.log).toMatch(/^PostgreSQL 18\./m)
    const drilled = await scene.drill({}, options)
    expectVerdict(drilled, 'PROVED', exported.outputs['recovery-point'] ?? '')
    expect(drilled.log).toContain(chosen)
  },
  180_000,
)
