-- Asks the sidecar whether a request may pass: http-request lua.signet "permission=…&resource=…", or anybody, who
-- has any token that is accepted. It is told the token, of all that the client sent.

local sidecar = os.getenv("SIGNET_SIDECAR")

-- Everything that the sidecar says, as none of it may come from the client.
local identity = {
  "x-auth-status", "x-auth-reason", "x-auth-subject", "x-auth-organization", "x-auth-token-id", "x-auth-kind",
}

-- Of what the sidecar says to a refusal, what the client should hear.
local told = { "www-authenticate", "retry-after", "cache-control", "x-auth-reason" }

-- Lists of header values begin with 0.
local function all(values)
  local list = {}
  for at = 0, #values do
    list[at + 1] = values[at]
  end
  return list
end

local function refuse(txn, status, headers)
  local reply = txn:reply({ status = status })
  for _, name in ipairs(told) do
    if headers[name] then
      reply:add_header(name, headers[name][0])
    end
  end
  txn:done(reply)
end

core.register_action("signet", { "http-req" }, function(txn, requirement)
  local authorization = txn.http:req_get_headers()["authorization"]
  local headers = { host = { "sidecar" } }
  if authorization then
    headers["authorization"] = all(authorization)
  end
  local answer = core.httpclient():get({
    url = "http://" .. sidecar .. "/forward-auth/haproxy?" .. (requirement == "anybody" and "" or requirement),
    headers = headers,
  })
  if not answer or not answer.headers or answer.status < 200 then
    return refuse(txn, 503, {})
  end
  if answer.status ~= 200 then
    return refuse(txn, answer.status, answer.headers)
  end
  for _, name in ipairs(identity) do
    local values = answer.headers[name]
    if not values then
      return refuse(txn, 503, {})
    end
    txn.http:req_set_header(name, values[0])
  end
  -- The backend knows who it is, and need not be able to be it.
  txn.http:req_del_header("authorization")
  txn:set_var("txn.signet", "passed")
end, 1)
