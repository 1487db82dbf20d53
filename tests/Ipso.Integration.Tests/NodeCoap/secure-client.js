// node-coap-client, which has DTLS with pre-shared keys: URI, identity and key are the arguments. A line of JSON says what it got.
'use strict'
const { CoapClient } = require('node-coap-client')

const [uri, identity, key] = process.argv.slice(2)
const end = answer => process.stdout.write(JSON.stringify(answer) + '\n', () => process.exit(0))

CoapClient.setSecurityParams(new URL(uri).hostname, { psk: { [identity]: key } })
CoapClient.request(uri, 'get').then(
  response => end({ code: response.code.toString(), payload: response.payload.toString('utf8') }),
  error => end({ error: `${error.message}` }))
setTimeout(() => end({ error: 'no answer' }), 15000)
