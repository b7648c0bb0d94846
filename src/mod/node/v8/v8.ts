// node:v8, as far as an engine that is not V8 can answer; the rest throws and says its name.
import { codes } from 'internal:errors'

const LATER = ['Deserializer', 'DefaultDeserializer', 'DefaultSerializer', 'GCProfiler', 'Serializer', 'cachedDataVersionTag', 'deserialize', 'getCppHeapStatistics', 'getHeapCodeStatistics', 'getHeapSnapshot', 'getHeapSpaceStatistics',
  'getHeapStatistics', 'isStringOneByteRepresentation', 'queryObjects', 'serialize', 'setFlagsFromString', 'setHeapSnapshotNearHeapLimit', 'startCpuProfile', 'stopCoverage', 'takeCoverage', 'writeHeapSnapshot']
const later = (name: string): Function => Object.defineProperties(
  function (): never { throw new codes.ERR_NOT_IMPLEMENTED(`v8.${name}`) }, { name: { value: name }, [Symbol.for('bao.notImplemented')]: { value: true } })
const noSnapshot = (): never => { throw new codes.ERR_NOT_BUILDING_SNAPSHOT() }

const v8: Record<string, any> = {
  startupSnapshot: { isBuildingSnapshot: () => false, addSerializeCallback: noSnapshot, addDeserializeCallback: noSnapshot, setDeserializeMainFunction: noSnapshot },
}
for (const name of LATER) v8[name] = later(name)
export default v8
