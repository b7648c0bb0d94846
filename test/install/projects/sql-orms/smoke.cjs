const knex = require('knex')({ client: 'pg' })
const { DataTypes } = require('sequelize')
console.log(knex('t').where({ a: 1 }).toString(), DataTypes.STRING.key, typeof require('typeorm').DataSource)
