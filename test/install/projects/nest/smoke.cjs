require('reflect-metadata')
const { Module, Injectable } = require('@nestjs/common')
const { NestFactory } = require('@nestjs/core')
class App {}
Module({})(App)
NestFactory.createApplicationContext(App, { logger: false }).then(async app => { console.log(typeof Injectable, app.constructor.name); await app.close() })
