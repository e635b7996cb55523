const product = { name: 'product', version: '1.0.0' }

const scripts = {
  ...{ types: 'true', lint: 'true', 'lint:workflows': 'true', test: 'true' },
  bundle: 'cp -r built/. .',
}

const bundle = 'actions/greet/dist/index.js'
const text = 'console.log("hello")\n'

/**
 * What `npm ci` and the npm scripts that our workflows start need, as small as it can be: path to text.
 * A fresh build yields what lies in `built/`, and it equals what is committed.
 */
export const smallProduct: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ ...product, scripts }),
  'package-lock.json': JSON.stringify({ ...product, lockfileVersion: 3, packages: {} }),
  [bundle]: text,
  [`built/${bundle}`]: text,
}
