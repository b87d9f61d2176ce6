// Merged into the builder's own configuration (jupyterlab.webpackConfig).
// Named ids: the default ids hash absolute paths, and the built files would
// differ from one checkout's folder to the next.
module.exports = {
  optimization: { moduleIds: 'named', chunkIds: 'named' }
};
