import { makeExecutableSchema } from '@graphql-tools/schema'
import { graphql } from 'graphql'
const schema = makeExecutableSchema({ typeDefs: 'type Query { a: Int }', resolvers: { Query: { a: () => 1 } } })
console.log(JSON.stringify(await graphql({ schema, source: '{ a }' })))
