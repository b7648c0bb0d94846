import mitt from 'mitt'
const e = mitt(); const f = (x) => console.log('f', x); e.on('a', f); e.on('*', (t, x) => console.log('*', t, x)); e.on('a', (x) => { console.log('g', x); e.off('a', f) })
e.emit('a', 1); e.emit('a', { two: 2 }); e.emit(Symbol.for('s'), [3]); console.log(e.all.size, e.all.get('a').length); e.off('a'); e.emit('a', 3); e.all.clear(); e.emit('a', 4)
