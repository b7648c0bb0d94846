import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import middy from '@middy/core'
console.log(DynamoDBClient.name, JSON.stringify(marshall({ a: 1 })), typeof middy)
