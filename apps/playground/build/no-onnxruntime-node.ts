/** Stands in for `onnxruntime-node` in the page, which never asks for it. */
throw new Error('onnxruntime-node does not run in a browser');
