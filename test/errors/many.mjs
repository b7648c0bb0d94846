const e = new AggregateError([new Error('one'), new RangeError('two')], 'many'); e.extra = 5
throw e
