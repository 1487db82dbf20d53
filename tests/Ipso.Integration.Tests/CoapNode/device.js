// coap-node, an LwM2M 1.0 device as it is shipped: a temperature that counts up when it is executed, and a light. Arguments: host and port of the
// server. A line of output says that it is registered, and each line of input, {"value": 23}, sets the temperature.
'use strict'
const readline = require('readline')

// Else it looks for the way to the Internet before it starts, which a machine that runs tests need not have.
process.env.npm_lifecycle_event = 'test'

const CoapNode = require('coap-node')
const SmartObject = require('smartobject')
const say = line => console.log(JSON.stringify(line))

const objects = new SmartObject()
objects.init('temperature', 0, {
  sensorValue: 21,
  units: 'C',
  5605: { exec: callback => { say({ executed: 5605 }); callback(null) } }
})
objects.init('lightCtrl', 0, { onOff: 0, dimmer: 20 })

const node = new CoapNode('coap-node', objects, { lifetime: 3600 })
node.on('error', error => say({ error: String(error) }))
node.register(process.argv[2], Number(process.argv[3]), (error, response) =>
  say(error ? { error: String(error) } : { registered: response.status }))

readline.createInterface({ input: process.stdin })
  .on('line', line => objects.write('temperature', 0, 'sensorValue', JSON.parse(line).value, () => {}))
  .on('close', () => process.exit(0))
